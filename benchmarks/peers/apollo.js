// Apollo Server and dataloader: node apollo.js PORT

const { ApolloServer } = require('@apollo/server')
const { startStandaloneServer } = require('@apollo/server/standalone')
const DataLoader = require('dataloader')
const { byId, grouped } = require('./batch')
const { ready } = require('./pool')
const reads = require('./reads')
const { typeDefs, resolvers } = require('./schema')

const batched = (read) => new DataLoader(async (keys) => {
  const found = await read(keys)
  return keys.map((key) => found.get(key))
})

const loaders = () => ({
  category: batched(async (ids) => byId(await reads.categories(ids))),
  levels: batched(async (ids) => grouped(ids, await reads.levels(ids), 'item_id')),
  location: batched(async (ids) => byId(await reads.locations(ids)))
})

ready().then(() => startStandaloneServer(
  new ApolloServer({ typeDefs, resolvers, introspection: false }),
  {
    listen: { port: Number(process.argv[2]), host: '127.0.0.1' },
    context: async () => ({ loaders: loaders() })
  }
))
