/** Buttons of which one is chosen (the views of a page); they stand in a `div.choices` with the page's other buttons. */
export function Choices<Name extends string>({
  names,
  chosen,
  label,
  onChoose,
}: {
  names: readonly Name[];
  chosen: Name;
  label: (name: Name) => string;
  onChoose: (name: Name) => void;
}) {
  return names.map((name) => (
    <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
      {label(name)}
    </button>
  ));
}
