export function Sql() {
  return <p>Sql</p>;
}
