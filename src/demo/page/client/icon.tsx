/** Our own icons as strokes, so that they do not depend on a machine's fonts. */
const strokes = {
  reply: "M3 4.5h10v7H8l-3 2.5v-2.5H3z",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6",
  bolt: "M9 1.8 3.8 9h3.7L7 14.2 12.2 7H8.5z",
  dots: "M8 3.2v.1M8 8v.1M8 12.7v.1",
  send: "M2.5 8h9M8 3.8 12.2 8 8 12.2",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5",
  down: "M4 6.5 8 10.5l4-4",
  theme: "M8 2.2a5.8 5.8 0 1 0 0 11.6zM8 2.2a5.8 5.8 0 0 1 0 11.6",
} as const;

/** One of the page's icons. The element around it has the label. */
export function Icon({ name }: { readonly name: keyof typeof strokes }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={strokes[name]} />
    </svg>
  );
}
