import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { secret } from "./ids.ts";
import { isObject, type Json, parseJson, stringOf } from "./json.ts";
import type { DeliveryKind, RawAnswer } from "./types.ts";

const PING_MS = 5000;
const ENVELOPE: Record<DeliveryKind, string> = {
  command: "slash_commands",
  interaction: "interactive",
  options: "interactive",
  event: "events_api",
};

/** The app's Socket Mode connections. */
export interface Sockets {
  /** An address for one connection, as returned by `apps.connections.open`. */
  ticket(): string;
  /** Handles a WebSocket handshake of the shared server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends an envelope to one of the connections in turn, and waits for its acknowledgement. */
  send(kind: DeliveryKind, payload: Json, timeoutMs: number, retry: number): Promise<RawAnswer>;
  count(): number;
  /** Announces a disconnect, and disconnects for all reasons but `warning`. */
  disconnect(reason: string, all: boolean): void;
  close(): void;
}

/** Socket Mode for one app. `url` is called when a ticket is created. */
export function sockets(appId: string, url: () => string): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const waiting = new Map<string, (answer: RawAnswer) => void>();
  let open: WebSocket[] = [];
  let turn = 0;

  const greet = (socket: WebSocket): void => {
    open.push(socket);
    const pings = setInterval(() => {
      socket.ping();
    }, PING_MS);
    pings.unref();
    socket.on("close", () => {
      clearInterval(pings);
      open = open.filter((each) => each !== socket);
    });
    socket.on("error", () => {
      socket.terminate();
    });
    socket.on("message", (data: Buffer) => {
      const ack = parseJson(data.toString());
      if (!isObject(ack)) return;
      const body = ack["payload"] === undefined ? "" : JSON.stringify(ack["payload"]);
      waiting.get(stringOf(ack["envelope_id"]))?.({ status: 200, body });
    });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: open.length,
        connection_info: { app_id: appId },
        debug_info: { host: "sandbox", build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
  };

  return {
    ticket() {
      const ticket = secret();
      tickets.add(ticket);
      return `${url().replace(/^http/u, "ws")}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", url()).searchParams.get("ticket") ?? "";
      // A ticket is valid for one connection.
      if (!tickets.delete(ticket)) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    async send(kind, payload, timeoutMs, retry) {
      turn += 1;
      const ready = open.filter((each) => each.readyState === WebSocket.OPEN);
      const socket = ready[turn % Math.max(ready.length, 1)];
      if (socket === undefined) return { status: 0, body: "", failure: "connection" };
      const id = randomUUID();
      const answered = new Promise<RawAnswer>((resolve) => {
        const timer = setTimeout(() => {
          resolve({ status: 0, body: "", failure: "timeout" });
        }, timeoutMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
      });
      socket.send(
        JSON.stringify({
          envelope_id: id,
          type: ENVELOPE[kind],
          accepts_response_payload: kind !== "event",
          payload,
          ...(kind === "event" ? { retry_attempt: retry, retry_reason: retry > 0 ? "timeout" : "" } : {}),
        }),
      );
      const answer = await answered;
      waiting.delete(id);
      return answer;
    },
    count: () => open.length,
    disconnect(reason, all) {
      for (const socket of all ? open : open.slice(0, 1)) {
        socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "sandbox" } }));
        if (reason !== "warning") socket.close();
      }
    },
    close() {
      for (const socket of open) socket.terminate();
      for (const answer of waiting.values()) answer({ status: 0, body: "", failure: "connection" });
      server.close();
    },
  };
}
