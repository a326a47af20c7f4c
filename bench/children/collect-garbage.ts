// Loaded into a server, so that a bench can make it collect garbage, as V8 does by itself once it is idle.
import { Session } from "node:inspector/promises";

process.on("SIGUSR2", () => {
  void collect();
});

async function collect(): Promise<void> {
  const session = new Session();
  session.connect();
  // The first collection lets finalizers run; the second one collects what they released.
  await session.post("HeapProfiler.collectGarbage");
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
  process.stdout.write('{"msg":"collected"}\n');
}
