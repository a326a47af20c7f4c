import { render } from "preact";
import type { Bootstrap } from "../types.ts";
import { read } from "./api.ts";
import { Page } from "./page.tsx";
import { applyTheme, savedTheme } from "./theme.ts";

applyTheme(savedTheme());
const root = document.querySelector("#page");
const boot = await read<Bootstrap>("bootstrap");
if (root) render(<Page boot={boot} />, root);
