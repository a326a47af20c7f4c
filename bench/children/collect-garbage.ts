// Loaded beside a server, so that it collects its garbage when a bench asks for that, as V8 itself does once it is idle.
import { Session } from "node:inspector/promises";

process.on("SIGUSR2", () => {
  void collect();
});

async function collect(): Promise<void> {
  const session = new Session();
  session.connect();
  // The first makes room for finalizers to run, which the second collects after.
  await session.post("HeapProfiler.collectGarbage");
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
  process.stdout.write('{"msg":"collected"}\n');
}
