using System.Buffers.Text;
using System.Text;

namespace RocketMQ.Client.Producing;

/// <summary>What a broker names a timed message by, so that it can be taken back: URL-safe base64 of <c>v1 topic broker dueMs uniqueKey</c>.</summary>
internal static class RecallHandle
{
    /// <exception cref="FormatException">It is no recall handle.</exception>
    public static string BrokerName(string handle)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(handle.TrimEnd('='))).Split(' ');
            if (parts is ["v1", _, var brokerName, _, _])
            {
                return brokerName;
            }
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new FormatException($"'{handle}' is no recall handle; take it from SendReceipt.RecallHandle.");
    }
}
