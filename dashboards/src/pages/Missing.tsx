export function Missing() {
  return <p>Missing</p>;
}
