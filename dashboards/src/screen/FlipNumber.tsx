/**
 * A counter whose digits roll to their new place; unchanged digits stand still, and nothing starts from zero.
 * Screen readers and tests get the plain number.
 */
export function FlipNumber({ text }: { text: string }) {
  const digits = [...text];
  return (
    <span className="flip" role="text" aria-label={text} data-value={text}>
      {digits.map((digit, i) => {
        // Keyed from the right, so that a growing number does not shift every wheel.
        const place = digits.length - i;
        if (!/\d/.test(digit)) {
          return (
            <span key={`s${place}`} className="flip-sign" aria-hidden="true">
              {digit}
            </span>
          );
        }
        return (
          <span key={`d${place}`} className="flip-digit" aria-hidden="true">
            <span className="flip-wheel" style={{ transform: `translateY(${-Number(digit) * 10}%)` }}>
              {'0123456789'.split('').map((n) => (
                <span key={n}>{n}</span>
              ))}
            </span>
          </span>
        );
      })}
    </span>
  );
}
