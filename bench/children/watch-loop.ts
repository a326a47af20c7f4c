// Loaded into a server, so that it can report how long its event loop was blocked since the last question.
import { watchLoop } from "../parts/loop-watch.ts";

const take = watchLoop();

process.on("SIGUSR2", () => {
  process.stdout.write(`${JSON.stringify({ msg: "held", ...take() })}\n`);
});
