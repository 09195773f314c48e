/** Something that Odoo 14 to 19 have in different places. */
export interface OdooDifference {
  /** What it is to the canonical objects. */
  readonly what: string;
  readonly before: string;
  /** Series that has it as `now` first. */
  readonly since: number;
  readonly now: string;
  /** How it is known: from a server of Odoo 19, or by what Odoo's code and release notes say. */
  readonly known: 'server' | 'inspection';
}

/**
 * Where Odoo 14 to 19 differ in what is mapped. `server` says that the place of Odoo 19 was seen on a server; no server older than 19
 * was. The mapping writes as Odoo 19 has it.
 */
export const odooDifferences: readonly OdooDifference[] = [
  { what: 'Lot', before: 'stock.production.lot', since: 16, now: 'stock.lot', known: 'server' },
  {
    what: 'Item.itemType, storable',
    before: 'product.template type `product`',
    since: 18,
    now: 'type `consu` and is_storable',
    known: 'server',
  },
  {
    what: 'ProductionConfirmation.lots',
    before: 'mrp.production lot_producing_id',
    since: 19,
    now: 'lot_producing_ids',
    known: 'server',
  },
  {
    what: 'OperationStatus.status',
    before: 'mrp.workorder state `pending`, `waiting`',
    since: 19,
    now: '`blocked`',
    known: 'server',
  },
  {
    what: 'UnitOfMeasure.factor',
    before: 'uom.uom category_id, uom_type, factor, factor_inv',
    since: 19,
    now: 'relative_factor, relative_uom_id',
    known: 'server',
  },
  {
    what: 'digits of a quantity',
    before: 'decimal.precision `Product Unit of Measure`, and rounding of each unit',
    since: 19,
    now: '`Product Unit`, the same for all units',
    known: 'server',
  },
  {
    what: 'MaterialConsumption.quantity',
    before: 'stock.move.line qty_done',
    since: 17,
    now: 'quantity, and picked',
    known: 'inspection',
  },
  {
    what: 'WorkOrder.scheduledStartAt',
    before: 'mrp.production date_planned_start',
    since: 17,
    now: 'date_start',
    known: 'inspection',
  },
  { what: 'rights of a user', before: 'res.users groups_id', since: 19, now: 'group_ids', known: 'server' },
];
