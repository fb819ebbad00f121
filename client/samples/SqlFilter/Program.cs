// Consumes by an SQL92 condition on properties; the broker needs enablePropertyFilter=true.
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var consumer = await client.StartPushConsumerAsync(
    new PushConsumerOptions
    {
        Group = "sample-sql",
        Subscriptions = new Dictionary<string, FilterExpression> { ["SampleTopic"] = FilterExpression.Sql("price BETWEEN 10 AND 20 AND region IS NULL") },
    },
    (message, _) =>
    {
        Console.WriteLine($"price {message.Properties["price"]}: {Encoding.UTF8.GetString(message.Body.Span)}");
        return new(ConsumeResult.Success);
    });

Console.WriteLine("Consuming what costs 10 to 20; Enter stops.");
Console.ReadLine();
