import type { Option } from "@slack/types";
import { findNumbers } from "../../operations/find-numbers.ts";
import { mayOperate, rightsHere } from "../../operations/rights.ts";
import { limits } from "../block-kit.ts";
import type { Desk } from "../desk.ts";
import { keyText } from "../form-state.ts";
import { option } from "../views/inputs.ts";
import { numberLabel } from "../words.ts";
import { optionsWaitMs } from "./answer-options.ts";

const patience = { waitMs: optionsWaitMs, maxAgeMs: 600_000 };

/** The numbers that the person may change, by what was typed: name, digits, agent or connection. */
export async function numberOptions(at: Desk, typed: string): Promise<Option[]> {
  const { numbers } = await findNumbers(at.ctx, typed, patience);
  const rights = await rightsHere(at.ctx);
  const theirs = numbers.filter(({ key }) => mayOperate(rights, key.connectionId));
  return theirs.slice(0, limits.options).flatMap(({ key, number, connection, agentName }) => {
    const answers =
      number.agent === null ? "nobody answers" : (agentName ?? number.agent?.id ?? "agent not said");
    return option(numberLabel(number), keyText(key), `${connection.name} · ${answers}`) ?? [];
  });
}
