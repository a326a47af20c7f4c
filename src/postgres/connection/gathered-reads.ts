import { nextTick } from "node:process";
import type pg from "pg";
import type { Answer, Database } from "../../store/database/database.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";
import { onConnection, type Connections } from "./on-connection.ts";
import { isBroken, isPostgresError, reasonOf } from "./postgres-error.ts";
import { runWork, type Ask } from "./run-work.ts";

/** The most reads on one connection: each waits for those before it. */
const mostTogether = 8;

/** A read that waits for a connection. */
interface WaitingRead {
  run(client: pg.ClientBase, ask: Ask): Promise<void>;
  fail(error: unknown): void;
}

/**
 * Reads. Those of the same moment are sent together on one connection, and what several of them ask first is asked
 * once. No answer is older than its question.
 */
export function gatheredReads(connections: Connections, ask: Ask): Database["read"] {
  let gathered: WaitingRead[] | undefined;
  const readAll = async (reads: readonly WaitingRead[]): Promise<void> =>
    onConnection(connections, async (client) => {
      const first = askedOnce(ask);
      const running = reads.map(async (read) => read.run(client, first.ask));
      first.end();
      const ends = await Promise.allSettled(running);
      for (const [place, end] of ends.entries())
        if (end.status === "rejected") reads[place]?.fail(end.reason);
      const broken = ends.find((end) => end.status === "rejected" && isBroken(end.reason));
      if (broken?.status === "rejected") throw broken.reason;
    });
  const start = (reads: readonly WaitingRead[]): void => {
    if (gathered === reads) gathered = undefined;
    readAll(reads).catch((error: unknown) => {
      for (const read of reads) read.fail(error);
    });
  };
  return async (work) =>
    new Promise((resolve, reject) => {
      const read: WaitingRead = {
        run: async (client, askNow) => resolve(await runWork(client, askNow, work)),
        fail: (error) => reject(isPostgresError(error) ? notRecorded(reasonOf(error), error) : error),
      };
      if (gathered && gathered.length < mostTogether) {
        gathered.push(read);
        return;
      }
      const reads = [read];
      gathered = reads;
      // Once all code that runs now waits for something.
      queueMicrotask(() => nextTick(start, reads));
    });
}

/** Asks the same question once, until `end` is called. */
function askedOnce(ask: Ask): { readonly ask: Ask; end(): void } {
  let asked: Map<string, Promise<Answer>> | undefined = new Map();
  return {
    ask: async (client, statement) => {
      if (!asked) return ask(client, statement);
      const question = JSON.stringify([statement.sql, statement.values]);
      const answer = asked.get(question) ?? ask(client, statement);
      asked.set(question, answer);
      return answer;
    },
    end: () => {
      asked = undefined;
    },
  };
}
