import { useEffect, useState } from "preact/hooks";
import type { Screen } from "../types.ts";
import type { Backstage, LoggedRequest, StreamEvents } from "../inspector-types.ts";

/** The live data of the demo. */
export interface Live {
  readonly screen: Screen | undefined;
  readonly backstage: Backstage | undefined;
  /** Newest first. */
  readonly wires: readonly LoggedRequest[];
  readonly connected: boolean;
}

/** The time at which this page was loaded. Older ephemeral messages are gone. */
const loadedMs = Date.now();
const keptWires = 400;

/** Subscribes to what this person sees and to the requests. */
export function useStream(as: string): Live {
  const [live, setLive] = useState<Live>({
    screen: undefined,
    backstage: undefined,
    wires: [],
    connected: true,
  });
  useEffect(() => {
    const source = new EventSource(`/api/demo/events?as=${encodeURIComponent(as)}&since=${loadedMs}`);
    const on = <Name extends keyof StreamEvents>(
      name: Name,
      take: (before: Live, data: StreamEvents[Name]) => Partial<Live>,
    ): void => {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        const news: StreamEvents[Name] = JSON.parse(data);
        setLive((before) => ({ ...before, ...take(before, news), connected: true }));
      });
    };
    on("screen", (_before, screen) => ({ screen }));
    on("backstage", (_before, backstage) => ({ backstage }));
    on("wires", (before, news) => ({ wires: merged(before.wires, news) }));
    source.addEventListener("reload", () => {
      source.close();
      location.reload();
    });
    source.addEventListener("open", () => setLive((before) => ({ ...before, connected: true })));
    source.addEventListener("error", () => setLive((before) => ({ ...before, connected: false })));
    return () => source.close();
  }, [as]);
  // Until another person's screen has arrived, the previous one must not be shown.
  return live.screen?.as === as ? live : { ...live, screen: undefined };
}

function merged(before: readonly LoggedRequest[], news: readonly LoggedRequest[]): LoggedRequest[] {
  const byId = new Map([...before, ...news].map((wire) => [wire.id, wire]));
  return [...byId.values()].toSorted((one, other) => other.atMs - one.atMs).slice(0, keptWires);
}
