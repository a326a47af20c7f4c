import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { findNumbers } from "../../operations/find-numbers.ts";
import { numberHistory } from "../../operations/number-history.ts";
import type { Desk } from "../desk.ts";
import { readKey } from "../form-state.ts";
import { historyLimit, historyMessage } from "../messages/history-page.ts";
import { listPage, numberListMessage } from "../messages/number-list.ts";

const historyPage = z.object({ key: z.string().optional(), before: z.number().int() });

/** Turns a page of `list`, in place. */
export async function turnList(at: Desk, value: string | undefined): Promise<void> {
  const page = read(listPage, value);
  await at.replace(numberListMessage(await findNumbers(at.ctx, page.text), page));
}

/** Shows older history, in place. */
export async function turnHistory(at: Desk, value: string | undefined): Promise<void> {
  const { key, before } = read(historyPage, value);
  const number = key === undefined ? undefined : readKey(key);
  const page = await numberHistory(at.ctx, { number, beforeSequence: before, limit: historyLimit });
  await at.replace(historyMessage(page, { number, accounts: at.services.accounts, older: true }));
}

/** The history of one number, for a button beside it. */
export async function showHistory(at: Desk, value: string | undefined): Promise<void> {
  const number = readKey(value);
  const page = await numberHistory(at.ctx, { number, limit: historyLimit });
  await at.tell(historyMessage(page, { number, accounts: at.services.accounts }));
}

function read<T>(schema: z.ZodType<T>, value: string | undefined): T {
  try {
    return schema.parse(JSON.parse(value ?? ""));
  } catch (error) {
    throw new Problem(
      "invalid_input",
      "This button is not one that this version of Patchbay made.",
      {},
      error,
    );
  }
}
