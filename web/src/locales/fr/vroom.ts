export const vroom = {};
