import type { ComponentChildren } from "preact";
import type { DrawnEmoji } from "./emoji.ts";

const white = { fill: "none", stroke: "#fff", "stroke-width": 2, "stroke-linecap": "round" } as const;

const bell = (
  <>
    <path
      d="M8 1.2a1 1 0 0 1 1 1 4.4 4.4 0 0 1 3.4 4.3v3l1.4 2.2H2.2l1.4-2.2v-3A4.4 4.4 0 0 1 7 2.2a1 1 0 0 1 1-1z"
      fill="#f3b62b"
    />
    <path d="M6.4 12.6a1.6 1.6 0 0 0 3.2 0z" fill="#c98a00" />
  </>
);

/** Drawings of the emoji that the app uses, because a machine without an emoji font would show boxes. */
export const emojiDrawings: Readonly<Record<DrawnEmoji, ComponentChildren>> = {
  white_check_mark: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#2f9e57" />
      <path d="M4.5 8.4 7 10.8l4.6-5.4" {...white} />
    </>
  ),
  x: <path d="M3 3l10 10M13 3 3 13" fill="none" stroke="#d8392b" stroke-width="3" stroke-linecap="round" />,
  warning: (
    <>
      <path d="M8 1.4 15.2 14H.8z" fill="#f3b62b" stroke="#c98a00" stroke-linejoin="round" />
      <path d="M8 5.8v4M8 12v.1" fill="none" stroke="#3b2c00" stroke-width="1.7" stroke-linecap="round" />
    </>
  ),
  no_entry: (
    <>
      <circle cx="8" cy="8" r="7" fill="#d8392b" />
      <path d="M4.4 8h7.2" {...white} stroke-width="2.6" />
    </>
  ),
  lock: (
    <>
      <path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="#8b959c" stroke-width="1.8" />
      <rect x="3" y="7" width="10" height="7.5" rx="1.5" fill="#e0a52c" />
    </>
  ),
  rotating_light: (
    <>
      <path d="M4 12V8a4 4 0 0 1 8 0v4z" fill="#d8392b" />
      <rect x="2.5" y="12" width="11" height="2.5" rx="1" fill="#5b666d" />
      <path d="M8 1v1.6M2.6 3.4l1.2 1.2M13.4 3.4l-1.2 1.2" fill="none" stroke="#d8392b" stroke-width="1.4" />
    </>
  ),
  grey_question: (
    <>
      <circle cx="8" cy="8" r="7" fill="#8b959c" />
      <path d="M5.9 6.1a2.1 2.1 0 1 1 3 2c-.6.3-.9.7-.9 1.3M8 11.9v.1" {...white} stroke-width="1.7" />
    </>
  ),
  hourglass_flowing_sand: (
    <>
      <path
        d="M4 2h8v2.2L9 8l3 3.8V14H4v-2.2L7 8 4 4.2z"
        fill="#f1e3c4"
        stroke="#8a6a3a"
        stroke-linejoin="round"
      />
      <path d="M6 5h4L8 7.4zM5.2 13 8 10.4l2.8 2.6z" fill="#d99a3a" />
    </>
  ),
  alarm_clock: (
    <>
      <path d="M2 4.6 4.4 2M14 4.6 11.6 2M4 14l1.2-1.6M12 14l-1.2-1.6" {...white} stroke="#b23a2e" />
      <circle cx="8" cy="8.6" r="5.4" fill="#fff" stroke="#d8392b" stroke-width="1.8" />
      <path d="M8 5.6v3.2l2 1.2" {...white} stroke="#3a4248" stroke-width="1.5" />
    </>
  ),
  checkered_flag: (
    <>
      <path d="M3 1v14" fill="none" stroke="#5b666d" stroke-width="1.6" stroke-linecap="round" />
      <path d="M4 2h10v7H4z" fill="#fff" stroke="#3a4248" />
      <path
        d="M4 2h3.3v2.3H4zM10.7 2H14v2.3h-3.3zM7.3 4.3h3.4v2.4H7.3zM4 6.7h3.3V9H4zM10.7 6.7H14V9h-3.3z"
        fill="#3a4248"
      />
    </>
  ),
  leftwards_arrow_with_hook: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#3b78c9" />
      <path d="M6.4 4.4 3.6 7.2 6.4 10M3.8 7.2h5.4a2.3 2.3 0 0 1 0 4.6H7.4" {...white} stroke-width="1.7" />
    </>
  ),
  arrows_counterclockwise: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#3b78c9" />
      <path d="M12 7.2A4.2 4.2 0 0 0 4.4 5.6M4 8.8a4.2 4.2 0 0 0 7.6 1.6" {...white} stroke-width="1.6" />
      <path d="M4.2 3.2v2.6h2.6M11.8 12.8v-2.6H9.2" {...white} stroke-width="1.6" />
    </>
  ),
  unlock: (
    <>
      <path d="M10.5 7V4.6a2.8 2.8 0 0 1 5.2-1.2" fill="none" stroke="#8b959c" stroke-width="1.8" />
      <rect x="2" y="7" width="10" height="7.5" rx="1.5" fill="#e0a52c" />
    </>
  ),
  snowflake: (
    <path
      d="M8 1v14M1.9 4.5l12.2 7M1.9 11.5l12.2-7M6 2l2 1.8L10 2M6 14l2-1.8 2 1.8M1.6 7l2.5-1-.5-2.6M14.4 9l-2.5 1 .5 2.6M1.6 9l2.5 1-.5 2.6M14.4 7l-2.5-1 .5-2.6"
      fill="none"
      stroke="#3f9bd8"
      stroke-width="1.2"
      stroke-linecap="round"
    />
  ),
  electric_plug: (
    <>
      <path
        d="M5.5 1.5v4M10.5 1.5v4"
        fill="none"
        stroke="#8b959c"
        stroke-width="1.8"
        stroke-linecap="round"
      />
      <path d="M3.5 5h9v2.5a4.5 4.5 0 0 1-9 0z" fill="#5b666d" />
      <path d="M8 12v3" fill="none" stroke="#5b666d" stroke-width="2" stroke-linecap="round" />
    </>
  ),
  gear: (
    <>
      <path
        d="M8 1.2v2.4M8 12.4v2.4M1.2 8h2.4M12.4 8h2.4M3.2 3.2l1.7 1.7M11.1 11.1l1.7 1.7M3.2 12.8l1.7-1.7M11.1 4.9l1.7-1.7"
        fill="none"
        stroke="#7a858d"
        stroke-width="2.4"
      />
      <circle cx="8" cy="8" r="3.6" fill="none" stroke="#7a858d" stroke-width="2.6" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="8" r="3" fill="none" stroke="#d49a1e" stroke-width="2.2" />
      <path d="M8 8h7M11.5 8v2.8M14 8v2.4" fill="none" stroke="#d49a1e" stroke-width="2.2" />
    </>
  ),
  pushpin: (
    <>
      <path d="M8 10v5" fill="none" stroke="#8b959c" stroke-width="1.5" stroke-linecap="round" />
      <path d="M5 1.2h6v1.6l-1 .8v3l2 2.2V10H4V8.8l2-2.2v-3l-1-.8z" fill="#d8392b" />
    </>
  ),
  raised_hand: (
    <>
      <path
        d="M5 8V4M7.3 7.5V2.5M9.6 7.5V3M11.8 8.5V5M4 9.5 2.6 8"
        fill="none"
        stroke="#f3b62b"
        stroke-width="2"
        stroke-linecap="round"
      />
      <path d="M4 8h8.8v2.5a4.4 4.4 0 0 1-8.8 0z" fill="#f3b62b" />
    </>
  ),
  heavy_check_mark: (
    <path
      d="M2.5 8.6 6.4 12.5 13.6 3.5"
      fill="none"
      stroke="#2f9e57"
      stroke-width="2.8"
      stroke-linecap="round"
    />
  ),
  hourglass: (
    <>
      <path
        d="M4 2h8v2.2L9 8l3 3.8V14H4v-2.2L7 8 4 4.2z"
        fill="#f1e3c4"
        stroke="#8a6a3a"
        stroke-linejoin="round"
      />
      <path d="M4.8 13.4 8 9.8l3.2 3.6z" fill="#d99a3a" />
    </>
  ),
  clock3: (
    <>
      <circle cx="8" cy="8" r="6.6" fill="#fff" stroke="#5b666d" stroke-width="1.6" />
      <path d="M8 3.8V8h3.6" {...white} stroke="#3a4248" stroke-width="1.5" />
    </>
  ),
  eyes: (
    <>
      <ellipse cx="4.5" cy="8" rx="3.2" ry="4.8" fill="#fff" stroke="#5b666d" />
      <ellipse cx="11.5" cy="8" rx="3.2" ry="4.8" fill="#fff" stroke="#5b666d" />
      <circle cx="3.6" cy="8.6" r="1.7" fill="#3b2c00" />
      <circle cx="10.6" cy="8.6" r="1.7" fill="#3b2c00" />
    </>
  ),
  triangular_flag_on_post: (
    <>
      <path d="M4 1v14" fill="none" stroke="#5b666d" stroke-width="1.6" stroke-linecap="round" />
      <path d="M5 1.8 13.5 5.5 5 9.2z" fill="#d8392b" />
    </>
  ),
  twisted_rightwards_arrows: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#3b78c9" />
      <path d="M3.5 5h2l5 6h2M3.5 11h2l5-6h2" {...white} stroke-width="1.6" />
      <path d="M10.8 3.2 12.6 5l-1.8 1.8M10.8 9.2l1.8 1.8-1.8 1.8" {...white} stroke-width="1.4" />
    </>
  ),
  double_vertical_bar: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#3b78c9" />
      <path d="M6 5v6M10 5v6" {...white} stroke-width="2.2" />
    </>
  ),
  arrow_forward: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" fill="#3b78c9" />
      <path d="M5.5 4.2 12 8l-6.5 3.8z" fill="#fff" />
    </>
  ),
  octagonal_sign: <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" fill="#d8392b" stroke="#fff" />,
  bell,
  no_bell: (
    <>
      {bell}
      <path d="M2 14 14 2" fill="none" stroke="#d8392b" stroke-width="1.6" stroke-linecap="round" />
    </>
  ),
  telephone_receiver: (
    <path
      d="M3 1.5 5.5 1l1.6 3.6-1.6 1.5c.8 1.9 2.5 3.6 4.4 4.4l1.5-1.6L15 10.5l-.5 2.5c-.2 1-1 1.7-2 1.6C6.5 14 2 9.5 1.4 3.5c-.1-1 .6-1.8 1.6-2z"
      fill="#4a5560"
    />
  ),
  pager: (
    <>
      <rect x="1" y="3" width="14" height="10" rx="2" fill="#4a5560" />
      <rect x="3" y="5" width="7" height="4" rx="0.6" fill="#b9d8a6" />
      <path d="M12.2 6.4v.1M12.2 9.6v.1" {...white} stroke-width="1.6" />
    </>
  ),
};
