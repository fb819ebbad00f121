// Sends a message each way there is: dotnet run --project client/samples/Produce [name-server]
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-producer" });

    var receipt = await producer.SendAsync(Text("plain"), stop);
    Console.WriteLine($"stored in queue {receipt.Queue.QueueId} of {receipt.Queue.BrokerName} at {receipt.QueueOffset}, id {receipt.MessageId}");

    receipt = await producer.SendAsync(
        Text("tagged") with { Tag = "A", Keys = ["key-1"], Properties = new Dictionary<string, string> { ["price"] = "12" } }, stop);
    Console.WriteLine($"queue {receipt.Queue.QueueId}: a tag, a key and a property");

    receipt = await producer.SendAsync(Text("of one order") with { ShardingKey = "order-1" }, stop);
    Console.WriteLine($"queue {receipt.Queue.QueueId}: the queue of order-1");

    receipt = await producer.SendBatchAsync([Text("one"), Text("two"), Text("three")], stop);
    Console.WriteLine($"queue {receipt.Queue.QueueId}: a batch of three");

    await producer.SendOnewayAsync(Text("one way"), stop);
    Console.WriteLine("sent without waiting for an answer");
});

static Message Text(string text) => new("SampleTopic", Encoding.UTF8.GetBytes(text));
