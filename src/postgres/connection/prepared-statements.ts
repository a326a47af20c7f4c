import { createHash } from "node:crypto";
import type pg from "pg";

/** The names under which connections keep prepared statements, so that PostgreSQL plans each once and not at every use. */
export interface PreparedStatements {
  /** Part of a query's configuration: a name, or nothing for a statement or connection that must do without. */
  nameFor(client: pg.ClientBase, text: string): { readonly name?: string };
}

/** The most statements that a connection keeps. The store has some hundred; each takes PostgreSQL some KB. */
const mostStatements = 500;

/** Whether a statement reads all columns: PostgreSQL refuses one that was prepared before a migration added another. */
export const readsAllColumns = (text: string): boolean => /(?:SELECT|RETURNING|,)\s+(?:\w+\.)?\*/u.test(text);

/**
 * Prepares statements on connections that lead to one server process of PostgreSQL. A pooler in transaction mode gives each
 * transaction another process, which does not know what was prepared before: it shows itself by a process id of its own.
 */
export function preparedStatements(): PreparedStatements {
  const names = new Map<string, string>();
  const isDirect = new WeakMap<pg.ClientBase, boolean>();

  const findOut = (client: pg.ClientBase): void => {
    isDirect.set(client, false);
    client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid").then(
      ({ rows: [backend] }) => isDirect.set(client, backend?.pid === Reflect.get(client, "processID")),
      // What is asked next on this connection fails as well, and says so.
      () => isDirect.delete(client),
    );
  };

  return {
    nameFor: (client, text) => {
      if (!isDirect.has(client)) findOut(client);
      if (!isDirect.get(client) || readsAllColumns(text)) return {};
      const known = names.get(text);
      if (known !== undefined) return { name: known };
      if (names.size >= mostStatements) return {};
      // Of its text, so that all who use a connection mean the same by it.
      const name = `patchbay_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
      names.set(text, name);
      return { name };
    },
  };
}
