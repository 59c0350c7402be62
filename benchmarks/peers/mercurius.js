// Fastify and Mercurius: node mercurius.js PORT [jit]

const fastify = require('fastify')()
const { loaders } = require('./batch')
const { ready } = require('./pool')
const { typeDefs, resolvers } = require('./schema')

fastify.register(require('mercurius'), {
  schema: typeDefs,
  resolvers,
  context: () => ({ loaders: loaders() }),
  jit: process.argv[3] === 'jit' ? 1 : 0,
  graphiql: false
})

ready().then(() => fastify.listen({ port: Number(process.argv[2]), host: '127.0.0.1' }))
