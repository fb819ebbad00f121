using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>Who a client is: its requests carry the access key and a signature that only the owner of the secret key can make.</summary>
/// <param name="accessKey">The user's name.</param>
/// <param name="secretKey">The user's password.</param>
/// <param name="securityToken">A token that goes with temporary keys.</param>
public sealed class AccessCredentials(string accessKey, string secretKey, string? securityToken = null)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secretKey);

    public string AccessKey { get; } = accessKey;

    /// <summary>Puts the fields AccessKey, SecurityToken and Signature into a request that is complete but for them.</summary>
    public void Sign(RemotingCommand request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Fields = Unsigned(request.Fields);
        request.AddField("AccessKey", AccessKey);
        if (securityToken is not null)
        {
            request.AddField("SecurityToken", securityToken);
        }

        var all = request.Fields;
        if (request.Header is { } header)
        {
            all = Unsigned(request.Fields, keepsKey: true);
            var writer = new HeaderFieldWriter<ExtFields>(all);
            header.Fields(ref writer);
        }

        request.AddField("Signature", Compute(all, request.Body, request.Version, _key));
    }

    /// <summary>
    /// The signature of a request: base64 of the HMAC-SHA1, under the secret key, of the fields' values in the order of their names, and
    /// the body after them. Clients up to 4.9.3 leave one field out.
    /// </summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The protocol's signature is an HMAC-SHA1.")]
    public static string Compute(ExtFields fields, ReadOnlySequence<byte> body, int version, ReadOnlySpan<byte> secretKey)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var signed = SignedFields(fields, version);
        var length = checked((int)body.Length + signed.Sum(at => fields.ValueAt(at).Length));
        var content = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var end = 0;
            foreach (var at in signed)
            {
                fields.ValueAt(at).CopyTo(content.AsSpan(end));
                end += fields.ValueAt(at).Length;
            }

            body.CopyTo(content.AsSpan(end));
            Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
            HMACSHA1.HashData(secretKey, content.AsSpan(0, length), hash);
            return Convert.ToBase64String(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }

    /// <summary>Slots of the fields that are signed, by name. A received command has no two of a name.</summary>
    private static List<int> SignedFields(ExtFields fields, int version)
    {
        var slots = new List<int>(fields.Count);
        for (var at = 0; at < fields.Count; at++)
        {
            var name = fields.NameAt(at);
            if (!name.SequenceEqual("Signature"u8) && (version > Codes.MqVersion.V4_9_3 || !name.SequenceEqual("_UNIQUE_KEY_QUERY"u8)))
            {
                slots.Add(at);
            }
        }

        slots.Sort((a, b) => fields.NameAt(a).SequenceCompareTo(fields.NameAt(b)));
        return slots;
    }

    /// <summary>The fields without what an earlier signing put there.</summary>
    private static ExtFields Unsigned(ExtFields? fields, bool keepsKey = false)
    {
        var result = new ExtFields();
        for (var at = 0; at < (fields?.Count ?? 0); at++)
        {
            var name = fields!.NameAt(at);
            if (keepsKey || !(name.SequenceEqual("AccessKey"u8) || name.SequenceEqual("SecurityToken"u8) || name.SequenceEqual("Signature"u8)))
            {
                result.Add(name, fields.ValueAt(at));
            }
        }

        return result;
    }
}
