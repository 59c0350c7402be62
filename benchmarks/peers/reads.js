// The reads behind GraphQL: one statement for each link, however many ask.

const { rows } = require('./pool')
const { ITEM, id, priced, uuid } = require('./sql')

exports.items = async (first) => {
  const text = `SELECT ${ITEM} FROM items i ORDER BY i.sku, i.id LIMIT $1`
  return (await rows('items', text, [first])).map(priced)
}

exports.item = async (wanted) => {
  const text = `SELECT ${ITEM} FROM items i WHERE i.id = $1`
  return (await rows('item', text, [uuid(wanted)])).map(priced)[0]
}

exports.categories = (ids) => rows(
  'categories',
  `SELECT ${id('category', 'id')} AS id, name FROM categories WHERE id = ANY($1::uuid[])`,
  [ids.map(uuid)]
)

exports.levels = (items) => rows(
  'levels',
  `SELECT ${id('item', 'item_id')} AS item_id, ${id('location', 'location_id')} AS location_id,
    on_hand AS "onHand", reserved, available
  FROM stock_levels WHERE item_id = ANY($1::uuid[]) ORDER BY stock_levels.id`,
  [items.map(uuid)]
)

exports.locations = (ids) => rows(
  'locations',
  `SELECT ${id('location', 'id')} AS id, code FROM locations WHERE id = ANY($1::uuid[])`,
  [ids.map(uuid)]
)
