// The schemas that Fastify compiles serializers from.

const text = { type: 'string' }
const count = { type: 'integer' }
const truth = { type: 'boolean' }
const object = (properties) => ({ type: 'object', properties })
const list = (items) => ({ type: 'array', items })
const maybe = (schema) => ({ ...schema, nullable: true })

const category = object({
  id: text,
  name: text,
  slug: text,
  parent_id: maybe(text),
  version: count,
  created_at: text
})

const location = object({
  id: text,
  code: text,
  name: text,
  kind: text,
  parent_id: maybe(text),
  holds_stock: truth,
  sellable: truth,
  priority: count,
  archived_at: maybe(text),
  version: count,
  created_at: text
})

const level = object({
  id: text,
  item_id: text,
  location_id: text,
  available: count,
  reserved: count,
  committed: count,
  damaged: count,
  quality_hold: count,
  on_hand: count,
  version: count,
  updated_at: text,
  location: maybe(location)
})

const item = object({
  id: text,
  sku: text,
  name: text,
  description: maybe(text),
  barcode: maybe(text),
  category_id: maybe(text),
  unit: text,
  price: maybe(object({ amount: text, currency: text })),
  track_stock: truth,
  tracking: text,
  allow_backorder: truth,
  backorder_limit: maybe(count),
  attributes: { type: 'object', additionalProperties: true },
  archived_at: maybe(text),
  version: count,
  created_at: text,
  category: maybe(category),
  stock_levels: list(level)
})

exports.page = object({
  data: list(item),
  page_info: object({
    start_cursor: maybe(text),
    end_cursor: maybe(text),
    has_next_page: truth,
    has_previous_page: truth
  }),
  total_count: maybe(count),
  is_capped: maybe(truth)
})
