/** What stands on the plane, by squares: so a spot is compared with what is near it, and not with everything. */

import { overlaps, type Box } from "./geometry";

/** Side of a square, in board pixels: a card lies in a few of them. */
const SQUARE = 200;

const squareOf = (at: number): number => Math.floor(at / SQUARE);

export class Ground {
  private readonly squares = new Map<string, Box[]>();

  constructor(boxes: Iterable<Box>) {
    for (const box of boxes) this.add(box);
  }

  add(box: Box): void {
    for (const square of squaresOf(box, 0)) {
      const there = this.squares.get(square);
      if (there === undefined) this.squares.set(square, [box]);
      else there.push(box);
    }
  }

  /** Whether nothing is nearer to the box than the margin. */
  isFree(box: Box, margin: number): boolean {
    return squaresOf(box, margin).every((square) => !this.squares.get(square)?.some((other) => overlaps(box, other, margin)));
  }
}

function squaresOf(box: Box, margin: number): readonly string[] {
  const squares: string[] = [];
  for (let column = squareOf(box.x - margin); column <= squareOf(box.x + box.width + margin); column += 1) {
    for (let row = squareOf(box.y - margin); row <= squareOf(box.y + box.height + margin); row += 1) squares.push(`${column} ${row}`);
  }
  return squares;
}
