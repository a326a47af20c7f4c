import type { AgentRef, FieldValues, PhoneNumber } from "../../domain/phone-number.ts";

/**
 * Makes numbers that share what many of them have alike, and have nothing that no list shows, so that a hundred thousand
 * of them fit into little memory.
 */
export function interning(): (number: PhoneNumber) => PhoneNumber {
  const texts = shared<string>(String);
  const agents = shared<AgentRef>(({ id, name }) => `${id}\n${name ?? ""}`);
  const fields = shared<FieldValues>((values) => JSON.stringify(values));
  return ({ id, e164, name, agent, fields: values, status, unbindable }) => ({
    id,
    e164,
    name,
    agent: agent ? agents(agent) : agent,
    fields: fields(values),
    status: status === undefined ? undefined : texts(status),
    unbindable: unbindable === undefined ? undefined : texts(unbindable),
  });
}

/** So many different ones are looked for among those seen; beyond, sharing costs more than it saves. */
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
