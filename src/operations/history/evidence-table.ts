/** One table of an evidence pack: its name, its headings, and its cells as text. */
export interface EvidenceTable {
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The period of a pack: UTC, ISO 8601, the end excluded. */
export interface EvidencePeriod {
  readonly from: string;
  readonly to: string;
}
