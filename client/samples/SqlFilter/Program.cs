// Consumes by an SQL92 condition on properties; the broker needs enablePropertyFilter=true in broker.conf.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-sql-producer" });
    string[] prices = ["5", "12", "20", "21"];
    foreach (var price in prices)
    {
        var properties = new Dictionary<string, string> { ["price"] = price };
        await producer.SendAsync(new Message("SampleSql", Encoding.UTF8.GetBytes($"costs {price}")) { Properties = properties }, stop);
    }

    var left = new Countdown(2);
    await using var consumer = await client.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-sql",
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleSql"] = FilterExpression.Sql("price BETWEEN 10 AND 20 AND region IS NULL") },
            ConsumeFrom = ConsumeFrom.FirstOffset,
        },
        (message, _) =>
        {
            Console.WriteLine(Encoding.UTF8.GetString(message.Body.Span));
            left.Signal();
            return new(ConsumeResult.Success);
        },
        stop);

    await left.WaitAsync(stop);
});
