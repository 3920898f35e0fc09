/** Where MySQL and MariaDB, which share a protocol and most of their SQL, do not. */
export interface Flavour {
  /** Text compared by code points, trailing spaces included: the `_bin` that both have would take 'a' and 'a ' for one key. */
  readonly textCollation: string;
  /** The session's limit of a statement, in milliseconds (MySQL's is for selects only). */
  readonly statementTimeout: (milliseconds: number) => string;
}

const mariadb: Flavour = {
  textCollation: 'utf8mb4_nopad_bin',
  statementTimeout: (milliseconds) => `set session max_statement_time = ${milliseconds / 1000}`,
};

const mysql: Flavour = {
  textCollation: 'utf8mb4_0900_bin',
  statementTimeout: (milliseconds) => `set session max_execution_time = ${milliseconds}`,
};

/** @param version what the server says of itself: `10.11.19-MariaDB-0+deb12u1`, `8.4.3` */
export const flavourOf = (version: string): Flavour => (/mariadb/i.test(version) ? mariadb : mysql);
