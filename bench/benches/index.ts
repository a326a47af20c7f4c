import type { Figure } from "../figure.ts";
import { ack } from "./ack.ts";
import { api } from "./api.ts";
import { append } from "./append.ts";
import { change } from "./change.ts";
import { failover } from "./failover.ts";
import { history } from "./history.ts";
import { list } from "./list.ts";
import { memory } from "./memory.ts";
import { open } from "./open.ts";
import { pgChange } from "./pg-change.ts";
import { scale } from "./scale.ts";
import { soak } from "./soak.ts";
import { stall } from "./stall.ts";
import { start } from "./start.ts";
import { typeahead } from "./typeahead.ts";
import { workspaces } from "./workspaces.ts";

type Benches = Readonly<Record<string, () => Promise<Figure[]>>>;

/** All benches by name, each under two minutes. */
export const benches: Benches = {
  ack: async () => ack(),
  open: async () => open(),
  change: async () => change(),
  api: async () => api(),
  typeahead: async () => typeahead(),
  list: async () => list(),
  append: async () => append(),
  history: async () => history(),
  start: async () => start(),
  stall: async () => stall(),
  memory: async () => memory(),
  "pg-change": async () => pgChange(),
  workspaces: async () => workspaces(),
  scale: async () => scale(),
  failover: async () => failover(),
};

/** Longer benches, which only run when requested by name. */
export const byHand: Benches = { soak: async () => soak() };
