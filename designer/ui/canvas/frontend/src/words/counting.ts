/** How numbers of things are put. */

import { counterOf, ENGLISH } from "../model/language";

const counted = counterOf(ENGLISH);

/** "1 node", "3 nodes", "3,000 nodes". */
export const plural = (count: number, one: string, many = `${one}s`): string => counted(count, { one, other: many });
