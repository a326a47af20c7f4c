import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { bodyReader } from "../../src/http/read-body.ts";

it("gives up a body whose caller hung up before anybody read it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const closed = new Promise<IncomingMessage>((resolve) => {
    server.on("request", (request) => {
      request.on("error", () => undefined).once("close", () => resolve(request));
      caller.destroy();
    });
  });
  const caller = connect(port, "127.0.0.1");
  caller.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{");
  await expect(bodyReader().read(await closed)).rejects.toThrow("the request ended before its body");
});
