import type { AgentRef, FieldValues, PhoneNumber } from "../../domain/numbers/phone-number.ts";

/**
 * Returns a function that makes numbers share equal parts and drops what no list shows. A hundred thousand numbers then
 * need little memory.
 */
export function interning(): (number: PhoneNumber) => PhoneNumber {
  const texts = shared<string>(String);
  const agents = shared<AgentRef>(({ id, name }) => `${id}\n${name ?? ""}`);
  const fields = shared<FieldValues>((values) => JSON.stringify(values));
  return ({
    id,
    e164,
    name,
    agent,
    answeredBy,
    chooser,
    fields: values,
    isNewerApi,
    status,
    unbindable,
    updatedAtMs,
  }) => ({
    id,
    e164,
    name,
    agent: agent ? agents(agent) : agent,
    answeredBy: answeredBy === undefined ? undefined : texts(answeredBy),
    chooser: chooser === undefined ? undefined : texts(chooser),
    fields: fields(values),
    isNewerApi,
    status: status === undefined ? undefined : texts(status),
    unbindable: unbindable === undefined ? undefined : texts(unbindable),
    updatedAtMs,
  });
}

/** The number of different values to remember. Beyond that, sharing costs more than it saves. */
const mostShared = 5_000;

function shared<T>(keyOf: (value: T) => string): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const key = keyOf(value);
    const same = known.get(key);
    if (same !== undefined) return same;
    if (known.size < mostShared) known.set(key, value);
    return value;
  };
}
