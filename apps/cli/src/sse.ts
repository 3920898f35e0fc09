/** Server-sent events as they arrive: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerEvent {
  /** 'message' where the server does not say. */
  readonly event: string;
  readonly data: string;
}

/** Comments (keep-alives) are passed over; an event that the end of the stream cuts off is none. */
export async function* serverEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let event = '';
  let data: string[] = [];
  for await (const line of linesOf(bytes)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
      [event, data] = ['', []];
      continue;
    }
    const { field = '', value = '' } = /^(?<field>[^:]*)(?:: ?(?<value>.*))?$/.exec(line)?.groups ?? {};
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
}

/** A line may come in pieces, and a character too. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
