import { useEffect, useState } from "preact/hooks";
import type { Screen } from "../../types.ts";
import type { InspectorData, LoggedRequest, StreamEvents } from "../../inspector-types.ts";

/** The live data of the demo. */
export interface Live {
  readonly screen: Screen | undefined;
  readonly inspectorData: InspectorData | undefined;
  /** Newest first. */
  readonly requests: readonly LoggedRequest[];
  readonly connected: boolean;
}

/** The time at which this page was loaded. Older ephemeral messages are gone. */
const loadedMs = Date.now();
const keptRequests = 400;

/** Subscribes to what this person sees and to the requests. */
export function useStream(as: string): Live {
  const [live, setLive] = useState<Live>({
    screen: undefined,
    inspectorData: undefined,
    requests: [],
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
    on("inspectorData", (_before, inspectorData) => ({ inspectorData }));
    on("requests", (before, news) => ({ requests: merged(before.requests, news) }));
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
  const byId = new Map([...before, ...news].map((logged) => [logged.id, logged]));
  return [...byId.values()].toSorted((one, other) => other.atMs - one.atMs).slice(0, keptRequests);
}
