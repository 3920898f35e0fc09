/** The servers that `npm test` started for tests named *.server.test.ts and *.system.test.ts: one of each for all of them. */
export interface TestServers {
  /** A superuser's URL: make databases of your own there. */
  readonly databaseUrl: string;
  /** Of MariaDB or MySQL, as one who may do everything: MYSQL_URL, or the server of this machine's MariaDB. */
  readonly mysqlUrl: string;
  /** host:port, separated by commas: make topics and groups of your own there. */
  readonly kafkaBrokers: string;
  /** A folder with the broker's jars, for tests that start a broker of their own. */
  readonly kafkaCache: string;
}

/** Each is looked up when it is read. Errors: an Error that says how to run the file, where the server was not started. */
export function testServers(env: NodeJS.ProcessEnv = process.env): TestServers {
  const given = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new Error(`${name} is not set: this test needs servers that the test command starts. Run it with: npm test -- <file>`);
  };
  return {
    get databaseUrl() {
      return given('TEST_DATABASE_URL');
    },
    get mysqlUrl() {
      return given('TEST_MYSQL_URL');
    },
    get kafkaBrokers() {
      return given('TEST_KAFKA_BROKERS');
    },
    get kafkaCache() {
      return given('TEST_KAFKA_CACHE');
    },
  };
}
