import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { onFreePort } from "../../../src/sandbox/postgres/local-postgres.ts";

const listenAt = async (port: number): Promise<void> => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
};

it("starts a program at another port if somebody takes the first one before it does", async () => {
  const ports: number[] = [];
  const { port, started } = await onFreePort(async (free) => {
    ports.push(free);
    if (ports.length === 1) await listenAt(free);
    await listenAt(free);
    return "started";
  });
  expect(started).toBe("started");
  expect(ports).toHaveLength(2);
  expect(port).toBe(ports[1]);
});

it("passes any other failure of the program on", async () => {
  const starting = onFreePort(async () => Promise.reject(new Error("the disk is full")));
  await expect(starting).rejects.toThrow("the disk is full");
});
