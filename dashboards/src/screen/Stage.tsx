import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../router.tsx';

const WIDTH = 1920;
const HEIGHT = 1080;

interface Fit {
  k: number;
  width: number;
  height: number;
  x: number;
  y: number;
}

/**
 * How the canvas sits in a window. It keeps 16:9 and leaves bars beside it; with `fill` the canvas itself
 * takes the window's proportions (never below 1920 × 1080 units), so nothing is ever distorted.
 */
export function fitOf(windowWidth: number, windowHeight: number, fill: boolean): Fit {
  const k = Math.min(windowWidth / WIDTH, windowHeight / HEIGHT);
  const width = fill ? windowWidth / k : WIDTH;
  const height = fill ? windowHeight / k : HEIGHT;
  return { k, width, height, x: (windowWidth - width * k) / 2, y: (windowHeight - height * k) / 2 };
}

export function Stage({ children }: { children: ReactNode }) {
  const fill = useQuery().get('fit') === 'fill';
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight });
  useEffect(() => {
    const resized = () => setSize({ width: innerWidth, height: innerHeight });
    addEventListener('resize', resized);
    return () => removeEventListener('resize', resized);
  }, []);
  const fit = fitOf(size.width, size.height, fill);
  return (
    <div className="viewport">
      <div
        className="stage"
        data-scale={fit.k}
        style={{
          width: fit.width,
          height: fit.height,
          transform: `translate(${fit.x}px, ${fit.y}px) scale(${fit.k})`,
        }}
      >
        {children}
      </div>
    </div>
  );
}
