// How rows become what Stockroom sends: public ids, times, prices, and sealed cursors.

const { createHmac } = require('node:crypto')

const KEY = Buffer.from(process.env.BENCHMARK_CURSOR_KEY, 'hex')
const CONTEXT = Buffer.from('["items", [["SKU", false]]]\0')

exports.id = (word, column) => `'${word}_' || encode(uuid_send(${column}), 'hex')`
exports.time = (column) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
exports.uuid = (id) => id.slice(id.indexOf('_') + 1)
exports.ITEM = `${exports.id('item', 'i.id')} AS id, i.sku, i.name,
  round(i.price, 2)::text AS amount, i.currency, ${exports.id('category', 'i.category_id')} AS category_id`

exports.priced = (item) => {
  item.price = item.amount === null ? null : { amount: item.amount, currency: item.currency }
  return item
}

// The place of an item in the list by SKU.
exports.cursor = (item) => {
  const body = Buffer.from(JSON.stringify([item.sku, item.id]))
  const seal = createHmac('sha256', KEY).update(CONTEXT).update(body).digest().subarray(0, 12)
  return Buffer.concat([seal, body]).toString('base64url')
}
