/**
 * The schematic map: divisions as hexagons on a grid. No open data set has street borders, and published maps need a
 * review number (地图管理条例), so the screen shows a labelled schematic until an agency brings its own reviewed map.
 */
import type { Division } from '../api/types.ts';

interface Cell {
  x: number;
  y: number;
}

type Ring = [number, number][];

export interface TileFeature {
  type: 'Feature';
  id: string;
  properties: { name: string; cp: [number, number] };
  geometry: { type: 'MultiPolygon'; coordinates: Ring[][] };
}

export interface TileMap {
  type: 'FeatureCollection';
  features: TileFeature[];
}

const WIDTH = Math.sqrt(3);
/** Tiles are a little wider than tall: the map's place on the screen is. */
const STRETCH = 1.25;
const centre = (cell: Cell): [number, number] => [
  STRETCH * WIDTH * (cell.x + (cell.y & 1) / 2),
  -1.5 * cell.y,
];
const vertexKey = ([x, y]: [number, number]) => `${Math.round(x * 1e4)},${Math.round(y * 1e4)}`;

/** Corners of a pointy-top hexagon of radius 1, counter-clockwise. */
function corners(cell: Cell, radius = 1): Ring {
  const [cx, cy] = centre(cell);
  return Array.from({ length: 6 }, (_, i) => {
    const angle = (Math.PI / 180) * (60 * i - 30);
    return [cx + STRETCH * radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  });
}

/** The outline of some cells: edges that two of them share disappear, the rest is chained into rings. */
export function outline(cells: Cell[]): Ring[] {
  const next = new Map<string, { to: string; point: [number, number] }[]>();
  const edges = new Set<string>();
  const drawn = cells.map((cell) => corners(cell));
  for (const ring of drawn) {
    ring.forEach((point, i) => edges.add(`${vertexKey(point)}>${vertexKey(ring[(i + 1) % 6]!)}`));
  }
  for (const ring of drawn) {
    ring.forEach((point, i) => {
      const [from, to] = [vertexKey(point), vertexKey(ring[(i + 1) % 6]!)];
      if (edges.has(`${to}>${from}`)) return;
      next.set(from, [...(next.get(from) ?? []), { to, point }]);
    });
  }
  const rings: Ring[] = [];
  for (const [start] of next) {
    const ring: Ring = [];
    for (let at = start; ;) {
      const edge = next.get(at)?.pop();
      if (!edge) break;
      ring.push(edge.point);
      at = edge.to;
    }
    if (ring.length > 2) rings.push([...ring, ring[0]!]);
  }
  return rings;
}

const signedArea = (ring: Ring) =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0) / 2;

/** Rings as GeoJSON polygons: a ring that runs clockwise is a hole, and belongs to the largest piece. */
function polygonsOf(rings: Ring[]): Ring[][] {
  const pieces = rings.filter((ring) => signedArea(ring) > 0).sort((a, b) => signedArea(b) - signedArea(a));
  const holes = rings.filter((ring) => signedArea(ring) <= 0);
  return pieces.map((piece, i) => (i === 0 ? [piece, ...holes] : [piece]));
}

/** The cells of divisions; where the data leaves some out or puts two on one cell, all are laid out in a compact block. */
export function cellsOf(divisions: Division[]): Map<string, Cell> {
  const given = divisions.map((division) => `${division.tileX},${division.tileY}`);
  const usable =
    divisions.every((division) => Number.isInteger(division.tileX) && Number.isInteger(division.tileY)) &&
    new Set(given).size === divisions.length;
  if (usable)
    return new Map(divisions.map((division) => [division.code, { x: division.tileX!, y: division.tileY! }]));
  const columns = Math.max(1, Math.ceil(Math.sqrt(divisions.length * 1.4)));
  const sorted = [...divisions].sort((a, b) => a.code.localeCompare(b.code));
  return new Map(
    sorted.map((division, i) => [division.code, { x: i % columns, y: Math.floor(i / columns) }]),
  );
}

/** Where the label goes: the cell nearest to the middle of all cells. */
function labelPoint(cells: Cell[]): [number, number] {
  const points = cells.map(centre);
  const mean = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length);
  const far = (point: [number, number]) => (point[0] - mean[0]!) ** 2 + (point[1] - mean[1]!) ** 2;
  return points.reduce((best, point) => (far(point) < far(best) ? point : best));
}

/**
 * Makes the map of some divisions. `parts` gives the divisions a shape consists of (a district's streets, which share
 * one grid over the city); a division without parts is one hexagon of its own.
 */
export function tileMap(shown: Division[], parts: (division: Division) => Division[]): TileMap {
  const pieces = shown.map((division) => parts(division));
  const whole = pieces.flat();
  const grid = cellsOf(whole);
  const shared =
    pieces.every((piece) => piece.length > 0) &&
    whole.every(
      (piece) => grid.get(piece.code)?.x === piece.tileX && grid.get(piece.code)?.y === piece.tileY,
    );
  const own = cellsOf(shown);
  return {
    type: 'FeatureCollection',
    features: shown.map((division, i) => {
      const cells = shared ? pieces[i]!.map((piece) => grid.get(piece.code)!) : [own.get(division.code)!];
      const rings = shared ? outline(cells) : [[...corners(cells[0]!, 0.96), corners(cells[0]!, 0.96)[0]!]];
      return {
        type: 'Feature',
        id: division.code,
        properties: { name: division.code, cp: labelPoint(cells) },
        geometry: { type: 'MultiPolygon', coordinates: polygonsOf(rings) },
      };
    }),
  };
}

/** The part of the plane the map is fitted to: at least five tiles by three, so that few tiles do not become giants. */
export function frameOf(features: TileFeature[]): [[number, number], [number, number]] {
  const all = features.flatMap((feature) => feature.geometry.coordinates.flat(2));
  const points: [number, number][] = all.length > 0 ? all : [[0, 0]];
  const side = (axis: 0 | 1, least: number): [number, number] => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const lacking = Math.max(0, least - (high - low)) / 2;
    return [low - lacking, high + lacking];
  };
  const [left, right] = side(0, 5 * STRETCH * WIDTH);
  const [bottom, top] = side(1, 5);
  return [
    [left, top],
    [right, bottom],
  ];
}

/** Upper limits of five classes by quantile of the values, so that every class holds places. */
export function classLimits(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const limits = [1, 2, 3, 4, 5].map(
    (i) => sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * i) / 5) - 1)]!,
  );
  return [...new Set(limits)];
}

/** Class 0 to 4 of a value; with fewer distinct values the classes spread over the whole ramp. */
export function classOf(value: number, limits: number[]): number {
  const at = limits.findIndex((limit) => value <= limit);
  const index = at < 0 ? limits.length - 1 : at;
  return limits.length < 2 ? 2 : Math.round((index * 4) / (limits.length - 1));
}
