// Reads all queues of a topic by hand, from their beginning to their end.
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
var consumer = client.CreatePullConsumer("sample-pull");
foreach (var queue in await consumer.GetQueuesAsync("SampleTopic"))
{
    var offset = await consumer.GetMinOffsetAsync(queue);
    PullResult result;
    do
    {
        result = await consumer.PullAsync(queue, offset);
        foreach (var message in result.Messages)
        {
            Console.WriteLine($"{queue} {message.QueueOffset}: {Encoding.UTF8.GetString(message.Body.Span)}");
        }

        offset = result.NextOffset;
    }
    while (result.Status == PullStatus.Found);
}
