// REST by hand: node fastify.js PORT

const fastify = require('fastify')({ logger: false })
const { byId, grouped } = require('./batch')
const { ready, rows } = require('./pool')
const { page } = require('./responses')
const { ITEM, cursor, id, priced, time, uuid } = require('./sql')

const ITEMS = `SELECT ${ITEM}, i.description, i.barcode, i.unit, i.track_stock, i.tracking,
    i.allow_backorder, i.backorder_limit, i.attributes, i.version,
    ${time('i.archived_at')} AS archived_at, ${time('i.created_at')} AS created_at
  FROM items i ORDER BY i.sku, i.id LIMIT $1`
const CATEGORIES = `SELECT ${id('category', 'id')} AS id, name, slug,
    ${id('category', 'parent_id')} AS parent_id, version, ${time('created_at')} AS created_at
  FROM categories WHERE id = ANY($1::uuid[])`
const LEVELS = `SELECT ${id('level', 'l.id')} AS id, ${id('item', 'l.item_id')} AS item_id,
    ${id('location', 'l.location_id')} AS location_id, l.available, l.reserved, l.committed,
    l.damaged, l.quality_hold, l.on_hand, coalesce(l.head_seq, 0) AS version,
    ${time('l.updated_at')} AS updated_at
  FROM stock_levels l WHERE l.item_id = ANY($1::uuid[]) ORDER BY l.id`
const LOCATIONS = `SELECT ${id('location', 'id')} AS id, code, name, kind,
    ${id('location', 'parent_id')} AS parent_id, holds_stock, sellable, priority,
    ${time('archived_at')} AS archived_at, version, ${time('created_at')} AS created_at
  FROM locations WHERE id = ANY($1::uuid[])`

// What a column of ids leads to, each once.
function linked (name, text, found, column) {
  const ids = new Set(found.map((row) => row[column]))
  ids.delete(null)
  return rows(name, text, [Array.from(ids, uuid)])
}

async function expand (found) {
  const [categories, levels] = await Promise.all([
    linked('categories', CATEGORIES, found, 'category_id'),
    linked('levels', LEVELS, found, 'id')
  ])
  const kinds = byId(categories)
  const places = byId(await linked('locations', LOCATIONS, levels, 'location_id'))
  for (const level of levels) level.location = places.get(level.location_id) ?? null
  const ofItems = grouped(found.map((item) => item.id), levels, 'item_id')
  for (const item of found) {
    item.category = kinds.get(item.category_id) ?? null
    item.stock_levels = ofItems.get(item.id)
  }
}

async function list (limit, expanded) {
  const found = (await rows('items', ITEMS, [limit + 1])).map(priced)
  const more = found.length > limit
  const data = found.slice(0, limit)
  if (expanded) await expand(data)
  const info = {
    start_cursor: data.length ? cursor(data[0]) : null,
    end_cursor: data.length ? cursor(data[data.length - 1]) : null,
    has_next_page: more,
    has_previous_page: false
  }
  return { data, page_info: info, total_count: null, is_capped: null }
}

fastify.get('/v1/items', { schema: { response: { 200: page } } }, (request) =>
  list(Number(request.query.limit), request.query.expand === 'category,stock_levels.location'))

ready().then(() => fastify.listen({ port: Number(process.argv[2]), host: '127.0.0.1' }))
