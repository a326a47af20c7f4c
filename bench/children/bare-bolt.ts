// A minimal Bolt app: one listener, which acks.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";

const [signingSecret = "", slackApiUrl = ""] = process.argv.slice(2);
const receiver = new HTTPReceiver({ signingSecret, endpoints: ["/slack/events"], logLevel: LogLevel.ERROR });
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl },
  authorize: async () => ({ botToken: "xoxb-bench-0123456789", botId: "B0BOT0001", botUserId: "U0BOT0001" }),
});
app.command(/^/u, async ({ ack }) => ack());

const server = await receiver.start({ host: "127.0.0.1", port: 0 });
const address = server.address();
const port = typeof address === "object" && address ? address.port : 0;
process.stdout.write(`${JSON.stringify({ msg: "ready", port })}\n`);
process.once("SIGTERM", () => process.exit(0));
