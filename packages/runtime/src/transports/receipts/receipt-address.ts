/** Where receipts for a system come in; each of its processes has a desk of its own. */
export const receiptAddress = (name: string, desk: string): string => `millwright/receipts/${name}/${desk}`;
