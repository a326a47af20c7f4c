import { createServer } from "node:http";
import type { SlackSandbox } from "../../src/sandbox/slack/index.ts";

/** The bodies of the requests that Slack sends during an act, received in the app's place. */
export async function bodiesSent(slack: SlackSandbox, act: () => Promise<void>): Promise<string[]> {
  const bodies: string[] = [];
  const taker = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString("utf8"));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    taker.listen(0, "127.0.0.1", resolve);
  });
  const address = taker.address();
  slack.connect(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`);
  await act();
  taker.closeAllConnections();
  taker.close();
  return bodies;
}
