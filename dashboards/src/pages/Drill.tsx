export function Drill() {
  return <p>Drill</p>;
}
