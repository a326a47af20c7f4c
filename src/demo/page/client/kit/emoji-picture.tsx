import { ownValue } from "../../../../domain/shared/own-value.ts";
import { emojiDrawings } from "./emoji-drawings.tsx";
import { emoji } from "./emoji.ts";

/** An emoji by its short name: our drawing, or else the character, or else the name as typed. */
export function Emoji({ name }: { readonly name: string }) {
  const picture = ownValue(emojiDrawings, name);
  const label = name.replaceAll("_", " ");
  if (picture !== undefined) {
    return (
      <svg class="emoji" role="img" aria-label={label} viewBox="0 0 16 16" width="16" height="16">
        {picture}
      </svg>
    );
  }
  const character = emoji(name);
  if (character.startsWith(":")) return <>{character}</>;
  return (
    <span role="img" class="emoji" aria-label={label}>
      {character}
    </span>
  );
}
