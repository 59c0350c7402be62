// The loaders of one request, written by hand: what is asked for in one turn is read at once.

const reads = require('./reads')

class Loader {
  constructor (read) {
    this.read = read
    this.asked = new Map()
    this.waiting = []
  }

  load (key) {
    let answer = this.asked.get(key)
    if (answer === undefined) {
      answer = new Promise((resolve, reject) => this.waiting.push({ key, resolve, reject }))
      this.asked.set(key, answer)
      if (this.waiting.length === 1) setImmediate(() => this.flush())
    }
    return answer
  }

  async flush () {
    const waiting = this.waiting
    this.waiting = []
    try {
      const found = await this.read(waiting.map((one) => one.key))
      for (const one of waiting) one.resolve(found.get(one.key))
    } catch (error) {
      for (const one of waiting) one.reject(error)
    }
  }
}

const byId = (rows) => new Map(rows.map((row) => [row.id, row]))

function grouped (keys, rows, column) {
  const groups = new Map(keys.map((key) => [key, []]))
  for (const row of rows) groups.get(row[column]).push(row)
  return groups
}

exports.byId = byId
exports.grouped = grouped
exports.loaders = () => ({
  category: new Loader(async (ids) => byId(await reads.categories(ids))),
  levels: new Loader(async (ids) => grouped(ids, await reads.levels(ids), 'item_id')),
  location: new Loader(async (ids) => byId(await reads.locations(ids)))
})
