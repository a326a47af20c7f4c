import { z } from "zod";

const option = z.object({ text: z.object({ text: z.string() }), value: z.string() });
const element = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_users: z.array(z.string()).nullish(),
  selected_conversations: z.array(z.string()).nullish(),
  /** Seconds since 1970. */
  selected_date_time: z.number().nullish(),
});

/** The content of an input: a text, or the value and label of an option. */
export interface InputValue {
  readonly value: string | undefined;
  readonly label: string | undefined;
  /** The values of an input with several options, people or conversations. */
  readonly several: readonly string[];
  /** The block of the input, where Slack expects errors about it. */
  readonly blockId: string;
}

/** Reads `view.state.values` by action_id. Skips kinds of inputs that our forms do not use. */
export function inputValues(
  state: { readonly values?: unknown } | undefined,
): ReadonlyMap<string, InputValue> {
  const values = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(state?.values ?? {});
  const found = new Map<string, InputValue>();
  for (const [blockId, elements] of Object.entries(values.data ?? {})) {
    for (const [actionId, raw] of Object.entries(elements)) {
      const read = element.safeParse(raw);
      if (!read.success) continue;
      const { value, selected_option: selected, selected_date_time: moment, ...others } = read.data;
      const options = (others.selected_options ?? []).map((each) => each.value);
      found.set(actionId, {
        value: selected?.value ?? value ?? moment?.toString(),
        label: selected?.text.text,
        several: [...options, ...(others.selected_users ?? []), ...(others.selected_conversations ?? [])],
        blockId,
      });
    }
  }
  return found;
}
