/**
 * Slack's own limits on Block Kit, views and messages, in characters (code points) or pieces.
 * From https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/reference/views.
 */
export const LIMITS = {
  id: 255,
  text: 3000,
  button: { text: 75, value: 2000, url: 3000 },
  confirm: { title: 100, text: 300, answer: 30 },
  option: { text: 75, value: 150, description: 75, url: 3000 },
  menu: { placeholder: 150, options: 100, groups: 100, groupLabel: 75 },
  /** Slack has refused a menu of one entry, and its documents no longer say so: here it is refused. */
  overflow: { least: 2, most: 5 },
  choices: 10,
  textInput: 3000,
  actions: 25,
  context: 10,
  header: 150,
  image: { url: 3000, alt: 2000, title: 2000 },
  input: { label: 2000, hint: 2000 },
  markdown: 12_000,
  section: { text: 3000, fields: 10, field: 2000 },
  /** The characters are those of all cells. */
  table: { rows: 100, columns: 20, characters: 10_000, elements: 1000 },
  view: { blocks: 100, title: 24, metadata: 3000, bytes: 250 * 1024, stack: 3 },
  message: { blocks: 50, text: 4000 },
  /** The limits of options from the app. Values have the limit that every client accepts. */
  suggestion: { options: 100, text: 75, value: 75 },
} as const;
