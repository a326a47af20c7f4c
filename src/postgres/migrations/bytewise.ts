/** A schema that compares texts byte by byte, as SQLite does, whatever the server's language is. */
export function bytewise(sql: string): string {
  return sql.replaceAll(/ TEXT\b(?= NOT NULL| CHECK|,|\n)/gu, ' TEXT COLLATE "C"');
}
