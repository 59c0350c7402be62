// The connections of one process: as many as Stockroom has, statements prepared once by each.

const { Pool, types } = require('pg')

types.setTypeParser(types.builtins.INT8, Number)

const pool = new Pool({
  host: process.env.BENCHMARK_SOCKETS,
  user: process.env.BENCHMARK_USER,
  database: process.env.BENCHMARK_NAME,
  max: Number(process.env.BENCHMARK_POOL),
  options: '-c jit=off -c timezone=UTC'
})

// The rows of a statement; its name is what it is prepared under.
exports.rows = async (name, text, values) => (await pool.query({ name, text, values })).rows

// Connects before the first request comes.
exports.ready = async () => {
  const clients = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()))
  clients.forEach((client) => client.release())
}
