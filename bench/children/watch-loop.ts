// Loaded beside a server, so that it says how long its event loop was held at the longest since it was last asked.
import { watchLoop } from "../parts/loop-watch.ts";

const take = watchLoop();

process.on("SIGUSR2", () => {
  process.stdout.write(`${JSON.stringify({ msg: "held", ...take() })}\n`);
});
