import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** A proxy in front of a database, whose connections can be cut, held up and counted. */
export interface TcpProxy {
  readonly port: number;
  /** Cuts all connections at once. New ones are accepted. */
  cut(): void;
  /** Whether connections pass. While they do not, open ones are cut and new ones are closed at once. */
  setOpen(isOpen: boolean): void;
  /** While it is silent, nothing passes and nothing is closed, as when a network loses all packets. */
  setSilent(isSilent: boolean): void;
  /** How many queries have passed since the last question. */
  takeQueries(): number;
  close(): Promise<void>;
}

/** Starts a proxy to a port of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const state = { isOpen: true, isSilent: false, queries: 0 };
  const server = createServer((inner) => {
    if (!state.isOpen) {
      inner.destroy();
      return;
    }
    const outer = createConnection(targetPort, "127.0.0.1");
    const pair = [inner, outer] as const;
    pairs.add(pair);
    const count = queryCounter(() => (state.queries += 1));
    inner.on("data", count);
    for (const [from, to] of [pair, [outer, inner]] as const) {
      from.setNoDelay(true);
      from.pipe(to);
      if (state.isSilent) from.pause();
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const sockets of pairs) for (const socket of sockets) socket.destroy();
  };
  // It listens on a port, not on a path.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut,
    setOpen: (isOpen) => {
      state.isOpen = isOpen;
      if (!isOpen) cut();
    },
    setSilent: (isSilent) => {
      state.isSilent = isSilent;
      for (const sockets of pairs)
        for (const socket of sockets)
          if (isSilent) socket.pause();
          else socket.resume();
    },
    takeQueries: () => {
      const { queries } = state;
      state.queries = 0;
      return queries;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const headerBytes = 5;

/** Counts the messages of a PostgreSQL client that carry SQL: simple queries and executed statements. */
function queryCounter(onQuery: () => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  // The first message has no type.
  let isStarted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const typeBytes = isStarted ? 1 : 0;
      if (rest.length < headerBytes) return;
      const length = rest.readUInt32BE(typeBytes) + typeBytes;
      if (rest.length < length) return;
      if (isStarted && ["Q", "E"].includes(rest.toString("latin1", 0, 1))) onQuery();
      isStarted = true;
      rest = rest.subarray(length);
    }
  };
}
