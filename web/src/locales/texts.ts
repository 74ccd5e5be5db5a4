type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Counted<K> = K extends `${infer Base}_${Plural}` ? Base : never;

/**
 * The shape a translation must have: every key of the French texts; of a counted text (`x_one`, `x_other`) the forms
 * that the language has, `x_other` at least.
 */
export type Texts<T> = {
  [K in keyof T as K extends `${string}_${Plural}` ? never : K]: T[K] extends string ? string : Texts<T[K]>;
} & { [K in Counted<keyof T> as `${K}_other`]: string } & {
  [K in Counted<keyof T> as `${K}_${Exclude<Plural, 'other'>}`]?: string;
};
